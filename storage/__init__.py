"""Storage: remembers. Knows nothing of chat platforms or models.

Two stores keep the promises of `bot.ports.Store`: `storage.memory` and `storage.store` (one encrypted file a worker).
"""
