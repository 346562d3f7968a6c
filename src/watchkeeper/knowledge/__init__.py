"""The estate as understood: the graph, the runbook library, incident memory."""
