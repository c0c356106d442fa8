"""What is remembered. SQLAlchemy is spoken in this room only, in two dialects: SQLite and PostgreSQL.

Everybody comes in through `UnitOfWork`: one `async with`, one transaction, committed at its edge.
"""
