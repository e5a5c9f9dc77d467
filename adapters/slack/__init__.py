"""Slack: a workspace whose people live with their doubles in Slack alone."""
