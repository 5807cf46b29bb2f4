# programs: perl
# packages: perl

use strict;
my $x = 12345;
my @a = map { $x = ($x * 1103515245 + 12345) % 2147483648; $x } 1..5000;
my @s = sort { $a <=> $b } @a;
print "$s[0] $s[-1] $s[2500]\n";
my %h;
$h{$_ % 97}++ for @a;
print join(" ", map {"$_:$h{$_}"} (sort { $h{$b} <=> $h{$a} || $a <=> $b } keys %h)[0..4]), "\n";
my $t = join "", map { chr 97 + $_ % 26 } @a;
my $n = () = $t =~ /(?=([aeiou])[^aeiou])/g;
print "$n\n";
use Digest::MD5 "md5_hex";
use Digest::SHA "sha1_hex";
print md5_hex($t), " ", sha1_hex($t), "\n";
use Math::BigInt;
print Math::BigInt->new(2)->bpow(150), "\n";
use MIME::Base64;
print encode_base64(substr $t, 0, 20);
use Time::Local;
print timegm(0, 0, 0, 1, 0, 2000), "\n";
use Storable "dclone";
print dclone([1, [2]])->[1][0], "\n";
use Encode;
print length(decode("UTF-8", "h\xc3\xa9")), "\n";
