"""The law as data: instruments, assertions, provisions, list entries, dated sets, and views of them."""
