"""The people, projects and issues of an invented company, and every change to them."""
