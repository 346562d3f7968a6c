"""The tools of the acceptance stories: real servers on loopback, and Watchkeeper beside them.

`program`      one server process: started, awaited, ended by its own pid
`waiting`      conditions with a deadline
`metrics`      Prometheus with its exporters and Alertmanager
`web_service`  an nginx service with its own init script
`estate`       what Watchkeeper is told about them
`watchkeeper`  Watchkeeper as a separate process, spoken to through its command line
`journal_file` the journal's bytes as they lie on the disk
"""
