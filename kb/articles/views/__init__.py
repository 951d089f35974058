"""The pages of articles, by subject."""
