"""What the hosts of the fleet have of their own."""

from pathlib import Path

WATCH = "watch"  # who acts
LOOKER = "look"  # who only looks
NUMBERS = {WATCH: 4077, LOOKER: 4078}

BOOT = """\
set -e
folder=$1
hostname "$2"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/up,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
chmod 1777 tmp
mkdir -p run/sshd home/watch home/look
chown 4077:4077 home/watch
chown 4078:4078 home/look
rm -f etc/sudoers.d/* etc/ssh/host_key*
ssh-keygen -q -t ed25519 -N '' -f etc/ssh/host_key
chroot . /usr/sbin/sshd -f /etc/ssh/fleet_config
chroot . /usr/sbin/service stock start
touch "$folder/up/booted"
while :; do sleep 3600 & wait $!; done
"""

SSHD = """\
ListenAddress {address}
HostKey /etc/ssh/host_key
PidFile /run/sshd.pid
AuthorizedKeysFile /etc/ssh/keys/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin no
"""

NGINX = """\
user www-data;
worker_processes 1;
pid /run/stock.pid;
error_log /run/stock.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    server {{ listen {address}:8080; location / {{ return 200 "stock"; }} }}
}}
"""

INIT_SCRIPT = """\
#!/bin/sh
### BEGIN INIT INFO
# Provides:          stock
# Required-Start:
# Required-Stop:
# Default-Start:
# Default-Stop:
# Short-Description: the web service of a host of the fleet
### END INIT INFO
alive() { [ -s /run/stock.pid ] && kill -0 "$(cat /run/stock.pid)" 2>/dev/null; }
case "$1" in
    start) alive || exec /usr/sbin/nginx -q -c /etc/stock.conf ;;
    stop) alive && kill "$(cat /run/stock.pid)" ;;
    status) alive ;;
    *) exit 2 ;;
esac
"""


def accounts() -> dict[str, str]:
    """This machine's own accounts, and the two of the fleet."""
    made = {"etc/passwd": "", "etc/group": "", "etc/shadow": ""}
    for name, number in NUMBERS.items():
        made["etc/passwd"] += f"{name}:x:{number}:{number}::/home/{name}:/bin/sh\n"
        made["etc/group"] += f"{name}:x:{number}:\n"
        made["etc/shadow"] += f"{name}:*:19000:0:99999:7:::\n"
    return {path: Path("/", path).read_text() + lines for path, lines in made.items()}
