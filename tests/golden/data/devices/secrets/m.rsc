# 2025-08-01 00:00:00 by RouterOS 7.10
/snmp community
set [ find default=yes ] name=Zq7Xk9Leak write-access=yes
/ppp secret
add name=u password=Zq7Xk9Leak
/ip ipsec identity
add peer=p secret=Zq7Xk9Leak
/radius
add address=192.0.2.1 secret=Zq7Xk9Leak service=login
/interface wireguard
add name=w private-key="Zq7Xk9Leak="
/system identity
set name=m1
