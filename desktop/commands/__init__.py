"""The commands of `clivus` that need no window: scan, read, demo, selftest."""
