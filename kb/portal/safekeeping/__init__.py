"""Backup and restore: one file that holds everything but the index, proved by counts and hashes."""
