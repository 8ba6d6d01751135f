"""Resource-constrained project scheduling: when each task starts and in which mode, so that the project ends soonest."""
