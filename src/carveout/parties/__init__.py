"""Who is on the other side: names against list entries."""
