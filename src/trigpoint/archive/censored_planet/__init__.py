"""Reading Censored Planet's data: Hyperquack (echo, discard, HTTP, HTTPS) and Satellite (DNS).

Nobody inside a country measures: one machine outside asks servers and resolvers there. What stands for a probe is such
a server, so all steps have the vantage ``probe``: they cross the path between it and the outside.
"""
