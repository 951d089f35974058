"""Pages of meetings and of decisions."""
