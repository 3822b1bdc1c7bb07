package brig.web.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A chain of certificates and its key, in PEM (RFC 7468). */
public final class PemFiles {
  private static final char[] NO_PASSWORD = "brig".toCharArray();

  private PemFiles() {}

  /**
   * Whether the key is the certificate's.
   *
   * @throws GeneralSecurityException or another, saying what is wrong
   */
  public static void check(byte[] chain, byte[] key) throws GeneralSecurityException, IOException {
    List<X509Certificate> certificates = certificates(chain);
    requirePair(certificates.getFirst().getPublicKey(), key(key));
  }

  /** A key store with one entry, as JSSE wants it; its password is {@link #password}. */
  public static KeyStore store(byte[] chain, byte[] key)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    add(store, "site", chain, key);
    return store;
  }

  /** Adds an entry. */
  public static void add(KeyStore store, String alias, byte[] chain, byte[] key)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> certificates = certificates(chain);
    store.setKeyEntry(alias, key(key), NO_PASSWORD, certificates.toArray(new Certificate[0]));
  }

  public static String password() {
    return new String(NO_PASSWORD);
  }

  private static List<X509Certificate> certificates(byte[] pem)
      throws GeneralSecurityException, IOException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] der : sections(pem, "CERTIFICATE")) {
      if (factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate c) {
        certificates.add(c);
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("the file holds no BEGIN CERTIFICATE");
    }
    return certificates;
  }

  private static PrivateKey key(byte[] pem) throws GeneralSecurityException, IOException {
    List<byte[]> keys = sections(pem, "PRIVATE KEY");
    byte[] der;
    if (!keys.isEmpty()) {
      der = keys.getFirst();
    } else {
      List<byte[]> rsa = sections(pem, "RSA PRIVATE KEY");
      if (rsa.isEmpty()) {
        throw new GeneralSecurityException(
            "the key file holds no BEGIN PRIVATE KEY (openssl pkcs8 -topk8 -nodes makes one)");
      }
      der = pkcs8(rsa.getFirst());
    }
    for (String algorithm : List.of("RSA", "EC", "Ed25519", "Ed448")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // another algorithm's
      }
    }
    throw new GeneralSecurityException("the key is of none of RSA, EC and Ed25519");
  }

  /** PKCS#1 in PKCS#8 (RFC 5958): version 0, the algorithm rsaEncryption, the key. */
  private static byte[] pkcs8(byte[] pkcs1) {
    byte[] algorithm = {
      0x02,
      0x01,
      0x00,
      0x30,
      0x0D,
      0x06,
      0x09,
      0x2A,
      (byte) 0x86,
      0x48,
      (byte) 0x86,
      (byte) 0xF7,
      0x0D,
      0x01,
      0x01,
      0x01,
      0x05,
      0x00
    };
    byte[] octets = tagged(0x04, pkcs1);
    byte[] body = new byte[algorithm.length + octets.length];
    System.arraycopy(algorithm, 0, body, 0, algorithm.length);
    System.arraycopy(octets, 0, body, algorithm.length, octets.length);
    return tagged(0x30, body);
  }

  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    int more = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
    byte[] whole = new byte[2 + more + length];
    whole[0] = (byte) tag;
    whole[1] = (byte) (more == 0 ? length : 0x80 | more);
    for (int i = 0; i < more; i++) {
      whole[2 + i] = (byte) (length >>> (8 * (more - 1 - i)));
    }
    System.arraycopy(content, 0, whole, 2 + more, length);
    return whole;
  }

  private static List<byte[]> sections(byte[] pem, String label) throws IOException {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<byte[]> sections = new ArrayList<>();
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
      int to = text.indexOf(end, at);
      if (to < 0) {
        throw new IOException("BEGIN " + label + " without its end");
      }
      try {
        sections.add(Base64.getMimeDecoder().decode(text.substring(at + begin.length(), to)));
      } catch (IllegalArgumentException e) {
        throw new IOException("what follows BEGIN " + label + " is no base 64", e);
      }
    }
    return sections;
  }

  private static void requirePair(PublicKey certified, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] text = {1, 2, 3};
    boolean pair;
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(text);
      pair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
  }
}
