"""Discord: guilds whose people live with their doubles in Discord alone, once their operator has switched it on."""
