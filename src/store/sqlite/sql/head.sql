SELECT max(global_position) FROM events
