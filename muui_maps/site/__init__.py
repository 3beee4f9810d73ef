"""The site for riders: stations → pages that work from a folder, from a server, without a network and without scripts.

answers      every question that a page can be asked, asked of the same search as the command line
views        which pictures a page shows; a new view is one entry here
packing      answers and pictures of a page, each piece once, as one compressed text inside the page
report       what was seen at a step → a row that `survey import` reads
pages        a station's pages: its own, one for each transfer, two for each platform and its exits
front        the first page: every station, found by any way of writing it
shell        style, script, icons, manifest, service worker: what all pages share
making       all of it, in processes, into a folder
serving      a preview on this machine alone
"""
