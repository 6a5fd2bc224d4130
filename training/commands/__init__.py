"""The commands of `clivus-train`, each declaring itself: its help, its options and what it runs."""
