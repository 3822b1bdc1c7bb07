package brig.web.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Loads what a virtual machine in a jail could find no more: providers of security and their
 * configuration, random numbers, time zones, sockets, selectors and addresses, messages of errors.
 * Each is used once.
 */
final class Preload {
  private static final List<String> OWN =
      List.of("brig/web/", "brig/linux/", "brig/hole/front/", "brig/hole/wire/", "brig/report/");

  private Preload() {}

  static void all() throws IOException, GeneralSecurityException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    MessageDigest.getInstance("SHA-256").digest(random);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(random, "HmacSHA256"));
    mac.doFinal(random);
    Cipher.getInstance("AES/GCM/NoPadding");
    // Nobody is asked over TLS: the host's authorities, a hundred and more, need not be read.
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[0], null);
    tls.createSSLEngine().getSupportedCipherSuites();
    StringBuilder used = new StringBuilder();
    for (String zone : ZoneRulesProvider.getAvailableZoneIds()) {
      if (zone.startsWith("Europe/B")) {
        used.append(ZonedDateTime.now(ZoneId.of(zone)));
      }
    }
    used.append(ZonedDateTime.now(ZoneId.systemDefault()));
    used.append(String.format(Locale.ROOT, "%s %d", "text", 1));
    used.append("text".getBytes(StandardCharsets.UTF_16).length);
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      selector.selectNow();
      server.isOpen();
      client.isConnected();
    }
    InetAddress.ofLiteral("127.0.0.1").getHostAddress();
    InetAddress.ofLiteral("::1").getHostAddress();
    try {
      throw new IOException("once");
    } catch (IOException e) {
      used.append(e.getStackTrace().length);
    }
    ownClasses();
    // Every jar of the class path is opened when a name is looked for that none has.
    ClassLoader.getSystemResource("brig/no/such/name");
    if (used.append(ProcessHandle.current().pid()).isEmpty()) {
      throw new IOException("nothing was loaded");
    }
  }

  /** Every class of the server: what a request needs must not depend on who came before. */
  private static void ownClasses() throws IOException {
    String place = Preload.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    List<String> names = new ArrayList<>();
    if (place.endsWith(".jar")) {
      try (JarFile jar = new JarFile(place)) {
        jar.stream().forEach(entry -> names.add(entry.getName()));
      }
    } else {
      Path top = Path.of(place);
      try (Stream<Path> files = Files.walk(top.resolve("brig"))) {
        files.forEach(file -> names.add(top.relativize(file).toString()));
      }
    }
    for (String name : names) {
      if (isOwn(name) && name.endsWith(".class") && !name.contains("Training")) {
        load(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
      }
    }
  }

  private static boolean isOwn(String name) {
    for (String prefix : OWN) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static void load(String name) throws IOException {
    try {
      Class.forName(name, false, Preload.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException("cannot load " + name, e);
    }
  }
}
