# A listener as version 1 of hole-in-the-chroot had it: a line "JOB REPLY" from a pipe, a child for each.
use strict;
use warnings;
my ($directory) = @ARGV;
my %programs = (true => '/bin/true', cat => '/bin/cat');
$SIG{CHLD} = 'IGNORE';
open(my $pipe, '+<', "$directory/pipe") or die "pipe: $!";
while (my $line = <$pipe>) {
  my ($job, $reply) = $line =~ /^([a-z]+) ([0-9.]+)$/ or next;
  next unless $programs{$job};
  my $child = fork();
  next if $child;
  open(STDIN, '<', "$directory/replies/$reply.in") or exit 1;
  open(STDOUT, '>', "$directory/replies/$reply") or exit 1;
  ($(, $)) = (65534, '65534 65534');
  ($<, $>) = (65534, 65534);
  exec { $programs{$job} } $programs{$job} or exit 1;
}
