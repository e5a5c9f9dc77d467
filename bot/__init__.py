"""The core of Understudy: it decides, and knows nothing of Slack, Discord, SQL, HTTP or a model vendor."""
