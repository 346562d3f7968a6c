"""What ansible is told of an ssh connection: every word of it, so that nothing is left open."""

from pathlib import Path

from watchkeeper.adapters.wire.ssh_login import SSH, SshLogin


def ssh_variables(login: SshLogin, known_hosts: Path) -> dict[str, object]:
    """The connection, given as extra variables: nothing that a server answers comes before them.

    The empty ones are there so that no fact of a server could ever fill them: that ansible keeps
    facts apart from variables is one lock, this is the other.
    """
    return {
        "ansible_connection": "ssh",
        "ansible_host": login.row.address,
        "ansible_port": login.row.port,
        "ansible_user": login.user,
        "ansible_python_interpreter": login.row.python,
        "ansible_ssh_private_key_file": str(login.key_file),
        "ansible_ssh_executable": SSH,
        "ansible_ssh_args": login.options(known_hosts),
        "ansible_ssh_common_args": "",
        "ansible_ssh_extra_args": "",
        "ansible_ssh_use_tty": False,
        "ansible_ssh_pkcs11_provider": "",
        "ansible_ssh_private_key": "",
        "ansible_password": "",
        "ansible_ssh_retries": 0,
        "ansible_control_path": "none",
        "ansible_pipelining": True,
        "ansible_become": False,
        "ansible_become_exe": "/bin/false",
        "ansible_shell_type": "sh",
        "ansible_shell_executable": "/bin/sh",
        "by_sudo": True,
    }
