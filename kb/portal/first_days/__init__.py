"""はじめの30日: what a new colleague reads and whom they talk to first."""
