"""The feed under load for as long as you like: nothing may be lost, nothing may come late."""
