"""The persona profile: what is learnt of how a worker writes (voice) and of what they know and decide (claims)."""
