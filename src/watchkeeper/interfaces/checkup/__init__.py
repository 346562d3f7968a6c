"""``watchkeeper doctor``: what is missing, and how to mend it.

`finding`        one line of the report
`machine`        Python, disk, clock, init system, ansible
`data`           the data directory, the journal, the kill page
`configuration`  settings, secrets, estate
`reach`          sources, the address to listen on
`telling`        who takes messages and signs of life
`forecast`       how long the disk will last
`examination`    the one list of checks
`receivers`      what to paste into Alertmanager's configuration
"""
