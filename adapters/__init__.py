"""The rim: how Understudy speaks with chat platforms. Knows the core, nothing of storage."""
