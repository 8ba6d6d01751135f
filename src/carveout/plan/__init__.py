"""Plan B: what can still be done lawfully, and until when. Plans ask the engine and know no rules of their own."""
