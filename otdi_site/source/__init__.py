"""Reading a site's files into models, with the place of every value; it must not fetch, render or write."""
