(() => {
  "use strict";
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const config = { responsive: true, displayModeBar: false };
  const paperWidth = 680; // A4 less its margins, in CSS pixels

  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

  // Texts are {en, ko}, colours are "@name": put in what is wanted now.
  const settled = (value, lang) => {
    if (Array.isArray(value)) return value.map((one) => settled(one, lang));
    if (value !== null && typeof value === "object") {
      if ("en" in value && "ko" in value) return value[lang];
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, settled(one, lang)]));
    }
    return typeof value === "string" && value.startsWith("@") ? colour(value.slice(1)) : value;
  };

  const draw = (width) => {
    const lang = root.dataset.lang;
    const numbers = lang === "ko" ? { separators: ".," } : {};
    return Promise.all(charts.map((chart) => {
      const size = width === undefined ? { autosize: true } : { width, autosize: false };
      const layout = { ...settled(chart.layout, lang), ...numbers, ...size, height: chart.height };
      return Plotly.react("chart-" + chart.name, settled(chart.data, lang), layout, config);
    }));
  };

  document.getElementById("language").addEventListener("click", () => {
    root.dataset.lang = root.lang = root.dataset.lang === "ko" ? "en" : "ko";
    draw();
  });

  const system = window.matchMedia("(prefers-color-scheme: dark)");
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    root.dataset.theme = dark ? "light" : "dark";
    draw();
  });
  system.addEventListener("change", () => draw());

  window.addEventListener("beforeprint", () => {
    root.dataset.paper = "yes";
    draw(paperWidth);
  });
  window.addEventListener("afterprint", () => {
    delete root.dataset.paper;
    draw();
  });

  draw().then(() => { root.dataset.ready = "yes"; });
})();
