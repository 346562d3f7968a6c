"""The HTTP surface: alerts in, a little reading, and what probes and Prometheus ask.

`application`   the routes
`doors`         what the routes need of the running watch
`guard`         who may even knock: Host and Origin
`proof`         who is posting: a token or a signature, compared in constant time
`bounded`       bodies with a limit in bytes, time and depth
`problem`       what was wrong, as application/problem+json
`alertmanager`  a webhook's alerts as journal drafts (pure)
`events`        deployments, changes and notes as journal drafts (pure)
`inbox`         how drafts get into the journal, once
`metrics_text`  `/metrics`
`page`          the status page
`server`        uvicorn in the watch's own loop
"""
