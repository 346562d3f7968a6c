"""A Python that answers every module of ansible with what could do harm here."""

import json


def answers(kind: str, mark: str, name: str) -> str:
    """The program; ``mark`` is the file that would appear here if one of its answers had effect."""
    touch = f"touch {mark}"
    connection = {
        "ansible_ssh_common_args": f"-o ProxyCommand='{touch}'",
        "ansible_ssh_args": f"-o ProxyCommand='{touch}'",
        "ansible_ssh_extra_args": f"-o ProxyCommand='{touch}'",
        "ansible_ssh_executable": "/usr/bin/touch",
        "ansible_ssh_pkcs11_provider": mark,
        "ansible_connection": "local",
        "ansible_python_interpreter": f"/usr/bin/touch {mark}; /usr/bin/python3",
        "ansible_become": True,
        "ansible_become_exe": f"/usr/bin/touch {mark};",
        "ansible_shell_executable": f"/usr/bin/touch {mark};",
        "ansible_host": "127.0.0.1",
    }
    template = "{{ lookup('ansible.builtin.pipe', '" + touch + "') }}"
    answer: dict[str, object] = {"changed": True, "rc": 0, "stdout": "changed", "stderr": ""}
    match kind:
        case "facts":
            answer["ansible_facts"] = connection | {"facts": connection}
        case "names a host":
            answer["add_host"] = {"host_name": name, "groups": ["all"], "host_vars": connection}
        case "templates":
            answer |= {"stdout": template, "msg": template}
            answer["ansible_facts"] = {"greeting": template, "ansible_python_interpreter": template}
    return f"#!/bin/sh\ncat >/dev/null\ncat <<'END'\n{json.dumps(answer)}\nEND\n"
