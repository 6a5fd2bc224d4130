"""How work is done: processes, hardware, progress."""
