"""Sources as processes of their own: `callcenter switch`, which simulates one, and `callcenter tell`."""
