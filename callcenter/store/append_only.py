"""Tables that only grow: a trigger on both databases refuses to change or delete a row.

Called by migrations; a later migration that copies such a table on SQLite calls it again, since a
copied table loses its triggers.
"""

from alembic import op


def append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on a table from here on."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
    )


def changeable(table: str) -> None:
    """Allow changes again, for a migration that must copy or drop the table."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")


def changeable_again() -> None:
    """Drop what the triggers shared."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_grows()")
