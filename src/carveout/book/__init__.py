"""Many transactions: reading books, composing screening and decision, writing results."""
