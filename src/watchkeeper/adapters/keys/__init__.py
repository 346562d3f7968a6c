"""Ed25519 keys in files.

`key_file`     reads and writes them, and refuses what others could read or replace
`signing_key`  the private half: it signs
`public_key`   the public half: it can only tell
`pair`         both at once, made at the first start
`template_list`  the signed list of what an executor may run
"""
