"""The lab: one talk to watch and to steer in a browser, on Mesa's SolaraViz (extra ``lab``)."""
