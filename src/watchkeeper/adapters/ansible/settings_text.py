"""ansible.cfg of every job: nothing of this machine's own ansible configuration is read."""

SETTINGS = """\
[defaults]
nocolor = True
nocows = True
forks = 1
gathering = explicit
inject_facts_as_vars = False
retry_files_enabled = False
localhost_warning = False
host_key_checking = True
deprecation_warnings = False
duplicate_dict_key = error
display_args_to_stdout = False
library = {job}/project/library
callbacks_enabled = step_boundary
local_tmp = {job}/tmp
collections_scan_sys_path = False
collections_path = {job}/none
roles_path = {job}/none
action_plugins = {job}/none
become_plugins = {job}/none
cache_plugins = {job}/none
connection_plugins = {job}/none
filter_plugins = {job}/none
inventory_plugins = {job}/none
lookup_plugins = {job}/none
module_utils = {job}/none
strategy_plugins = {job}/none
terminal_plugins = {job}/none
test_plugins = {job}/none
vars_plugins = {job}/none

[inventory]
enable_plugins = yaml

[connection]
pipelining = True

[ssh_connection]
pipelining = True
retries = 0
"""
