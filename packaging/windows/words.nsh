; What the installer says beyond NSIS's own words.

!macro WORDS NAME ENGLISH JAPANESE CHINESE
    LangString ${NAME} ${LANG_ENGLISH} "${ENGLISH}"
    LangString ${NAME} ${LANG_JAPANESE} "${JAPANESE}"
    LangString ${NAME} ${LANG_SIMPCHINESE} "${CHINESE}"
!macroend
!define Words "!insertmacro WORDS"

${Words} TooOld \
    "Clivus needs Windows 10 or newer, of 64 bits." \
    "Clivus には 64 ビット版の Windows 10 以降が必要です。" \
    "Clivus 需要 64 位的 Windows 10 或更高版本。"
${Words} NewerInstalled \
    "Clivus $0 is installed, and projects that it has opened cannot be read by ${VERSION}. Nothing was changed: keep $0, or uninstall it first." \
    "Clivus $0 がインストールされています。$0 で開いたプロジェクトは ${VERSION} では読めません。何も変更していません。$0 を使い続けるか、先にアンインストールしてください。" \
    "已安装 Clivus $0,它打开过的项目无法用 ${VERSION} 读取。未作任何更改:请继续使用 $0,或先将其卸载。"
${Words} IsOpen \
    "Clivus is open, or its folder $INSTDIR is in use or may not be written to. Nothing was changed: save what is in Clivus and close it, then try again." \
    "Clivus が開いているか、フォルダー $INSTDIR が使用中または書き込み禁止です。何も変更していません。Clivus の内容を保存して閉じてから、もう一度実行してください。" \
    "Clivus 正在运行,或其文件夹 $INSTDIR 正在使用或不可写。未作任何更改:请保存并关闭 Clivus,然后重试。"
${Words} NotWritten \
    "The files could not be written to $INSTDIR: the disk may be full. Nothing was changed." \
    "$INSTDIR にファイルを書き込めませんでした。ディスクの空き容量が不足している可能性があります。何も変更していません。" \
    "无法将文件写入 $INSTDIR:磁盘可能已满。未作任何更改。"
${Words} OtherFolder \
    "The folder $INSTDIR holds something else than Clivus: choose an empty one." \
    "フォルダー $INSTDIR には Clivus 以外のものがあります。空のフォルダーを選んでください。" \
    "文件夹 $INSTDIR 中有 Clivus 以外的内容:请选择空文件夹。"
${Words} Testing \
    "Testing the installation" \
    "インストールを検査しています" \
    "正在检测安装"
${Words} NotSound \
    "Clivus is installed, but its self-test found a fault. The details say which; clivus.exe selftest in $INSTDIR shows it again." \
    "Clivus はインストールされましたが、自己診断で問題が見つかりました。詳細に示されています。$INSTDIR の clivus.exe selftest で再度確認できます。" \
    "Clivus 已安装,但自检发现问题。详情见安装记录;运行 $INSTDIR 中的 clivus.exe selftest 可再次查看。"
${Words} FileType \
    "Clivus project or model" \
    "Clivus のプロジェクトまたはモデル" \
    "Clivus 项目或模型"
${Words} RemoveOwn \
    "Settings, saved readings and installed models" \
    "設定、保存した読影、インストールしたモデル" \
    "设置、已保存的阅片和已安装的模型"
