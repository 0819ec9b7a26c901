"""What Alembic runs for every upgrade: on the connection, in the transaction, of whoever asks."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
