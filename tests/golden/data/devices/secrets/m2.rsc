# 2025-08-01 00:00:00 by RouterOS 7.10
/snmp community
set [ find default=yes ] name="Zq7Xk9Leak two" write-access=yes
/user
add name=bob group=full password="Zq7Xk9Leak three"
/ip service
set telnet disabled=no
/radius
add address=192.0.2.1 secret="Zq7Xk9Leak Zq7Xk9Leak" service=login
