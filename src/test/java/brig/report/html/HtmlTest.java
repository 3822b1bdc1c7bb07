package brig.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTest {
  @Test
  void textAndAttributesAreEscaped() {
    Html html = new Html();
    html.begin(Tag.P).with(Attribute.TITLE, "\"'<&>").text("</p><script>'\"&amp;").end(Tag.P);
    assertThat(html)
        .hasToString(
            "<p title=\"&quot;&#39;&lt;&amp;&gt;\">&lt;/p&gt;&lt;script&gt;&#39;&quot;&amp;amp;</p>\n");
  }

  @Test
  void whatNoHtmlMayHoldIsReplaced() {
    Html html = new Html().element(Tag.SPAN, "\0\u001b\uD800x\uDC00\uFFFF\u0085\uD83D\uDE00\n\t");
    assertThat(html)
        .hasToString("<span>\uFFFD\uFFFD\uFFFDx\uFFFD\uFFFD\uFFFD\uD83D\uDE00\n\t</span>");
  }

  @Test
  void aNewlineAtTheBeginningOfATextAreaStays() {
    assertThat(new Html().element(Tag.TEXTAREA, "\nx")).hasToString("<textarea>\n\nx</textarea>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        ""
      })
  void anAddressOfAnotherSiteOrAScriptIsNotWritten(String address) {
    Html html = new Html().begin(Tag.A);
    assertThatThrownBy(() -> html.with(Attribute.HREF, address))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/login?then=a:b", "./report", "#field-x", "?brig_language=fr", "x"})
  void anAddressOfThisSiteIs(String address) {
    assertThat(new Html().begin(Tag.A).with(Attribute.HREF, address).end(Tag.A).toString())
        .isEqualTo("<a href=\"" + address + "\"></a>");
  }

  @Test
  void elementsAreEndedInTheirOrder() {
    Html html = new Html().begin(Tag.P).begin(Tag.A);
    assertThatThrownBy(() -> html.end(Tag.P)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Html().begin(Tag.P).toString()).hasMessage("not ended: [P]");
  }
}
