"""What the things of the company look like as JSON, with links below the site's own address."""
