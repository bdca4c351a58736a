"""Management plane exposure."""
from mutation.plant import add, gone, state

add('MGT-01', 'IX', 'line vty 5 15\n login local\n transport input ssh', 'line vty 16 20\n transport input all')
add('MGT-02', 'IX', 'line vty ~\n transport input telnet', 'line vty ~\n transport input all', 'line vty ~\n transport input telnet ssh')
add('MGT-03', 'IX', 'ip ssh port {odd} rotary 1', 'ip ssh port {twos} rotary 5')
add('MGT-04', 'IX', 'ip http port {web}', 'ip http secure-port {e18}', 'ip http secure-port {web}')
add('MGT-05', 'IX', 'ip http server', 'ip http secure-server')
add('MGT-06', 'IX', 'line vty 5 15\n login local\n transport input ssh')
add('MGT-08', 'IX', 'line vty ~\n exec-timeout 0 0', 'line con 0\n exec-timeout 0 0', 'line vty ~\n no exec-timeout')
add('MGT-09', 'X', 'netconf-yang', 'restconf', 'gnxi server\ngnxi port 50052')
add('MGT-14', 'IX', 'tftp-server flash:{word}.bin', 'ip scp server enable', 'ftp-server enable')
