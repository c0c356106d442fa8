"""What Alembic runs: always on the connection `callcenter.store.migrate` hands over."""

from alembic import context

from callcenter.store.migrate import include_name
from callcenter.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    include_name=include_name,
    user_module_prefix="base.",
)
with context.begin_transaction():
    context.run_migrations()
