"""The language model: an adapter for OpenAI-compatible endpoints, and models for trying things out and for tests."""
