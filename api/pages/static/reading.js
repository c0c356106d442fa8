// Reads a ticket and everything about it.

import { get } from "./api.js";
import { ofStaff } from "./house.js";

export async function read(number) {
  const path = `/v1/tickets/${encodeURIComponent(number)}`;
  const [ticket, clocks, history, commands] = await Promise.all(
    [path, `${path}/clocks`, `${path}/history`, `${path}/commands`].map((one) => get(one)),
  );
  return {
    ticket: ticket.body,
    etag: ticket.etag,
    clocks: clocks.body,
    history: history.body,
    commands: commands.body,
    person: ticket.body.petitioner && ofStaff() ? await masked(path) : null,
  };
}

/** Gives who asks behind masks; nobody where that is for others, or forgotten. */
async function masked(path) {
  try {
    return (await get(`${path}/petitioner`)).body;
  } catch (problem) {
    if (problem.status === 403 || problem.status === 404) return null;
    throw problem;
  }
}
