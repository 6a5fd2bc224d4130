"""What `clivus` does without a window: scan, read, demo, selftest."""
