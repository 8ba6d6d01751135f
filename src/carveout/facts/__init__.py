"""What is asked of a transaction: the typed schema, the questions, the documented defaults, row errors."""
