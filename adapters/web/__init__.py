"""The local workspace: a small team chat in the browser, with a plain store of its own, as any platform has one."""
