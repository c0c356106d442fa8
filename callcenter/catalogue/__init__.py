"""The catalogue as a file: read, checked to the last line, and turned into what the domain knows.

`configs/services.yaml` is edited by hand. Whatever is wrong with it comes out as one `CatalogueError`
that names file, line and key of everything that is wrong, and what was expected there.
"""

from callcenter.catalogue.load import load_catalogue, read_catalogue, shipped, text_of

__all__ = ["load_catalogue", "read_catalogue", "shipped", "text_of"]
