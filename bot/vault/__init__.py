"""The vault: everything of one worker's as one sealed file, and the way back. The format: docs/vault-format.md."""
